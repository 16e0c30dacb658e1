import ArgumentParser

@main
struct Fastun: ParsableCommand {}
