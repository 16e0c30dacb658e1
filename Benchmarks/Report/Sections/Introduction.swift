/// What was compared, and how, for somebody who has not heard of any of it.
struct Introduction {
  let results: Results

  init(_ results: Results) { self.results = results }

  var html: String {
    [
      HTML.paragraph(
        """
        A tunnel gives two hosts a private network: it takes packets out of a network device, sends \
        them to the other host in UDP datagrams, and puts them into a device there. What it costs \
        to do so, packet by packet, is the limit of what it can carry. fastun moves many packets \
        with each system call, and this report shows how much that gives, next to tunnels that are \
        made in other ways.
        """),
      "<div class=\"charts\">\n<figure>\(Self.diagram)</figure>\n\(glossary)\n</div>",
      "<p>Why fastun can be fast, in the order in which packets meet it:</p>",
      HTML.list(Self.ideas),
      HTML.paragraph(
        """
        All runs on this one machine. For every measurement two hosts are made from nothing, as \
        network namespaces joined by a pair of virtual network cards (veth); the tunnel is started \
        in both; traffic flows through it; and everything is removed again. The carriers of a case \
        take turns, so that whatever else the machine does meets each of them as often.
        """),
      HTML.paragraph(
        """
        A bar is the median of all runs, the thin line over it reaches from the lowest run to the \
        highest. Where such lines of two bars overlap much, do not believe in the difference. Every \
        chart begins at zero. fastun's bars are coloured, all others are grey. veth mode on: as \
        made, whole trains of segments cross; wire: the sender cuts them, as for a real network \
        card; off: the receiver does not join them either.
        """),
    ].joined(separator: "\n")
  }

  /// Those that were measured, in the order in which they are explained.
  private var glossary: String {
    let variants = results.cases.flatMap(\.variants).filter { !$0.samples.isEmpty }
    let kinds = Set(variants.map(\.kind))
    let explained = CarrierKind.allCases.compactMap { kind -> String? in
      guard kinds.contains(kind), let words = Self.explanations[kind], let title = kind.title else {
        return nil
      }
      return "<dt>\(HTML.escape(title))</dt><dd>\(HTML.escape(words))</dd>"
    }
    return "<dl>\(explained.joined(separator: "\n"))</dl>"
  }

  private static let ideas = [
    """
    Super-packets: the kernel hands over up to 60 KB of a TCP stream at once, where others ask it \
    to cut that into 1,500-byte packets first.
    """,
    """
    Trains: one system call sends, or receives, up to 64 datagrams of one size, which the kernel \
    or the network card cuts apart and joins (UDP GSO and GRO).
    """,
    "io_uring: reads and writes of a turn go to the kernel together, and not each by itself.",
    """
    Queues: each has a thread, a socket and memory of its own, shares nothing with the others, and \
    allocates nothing while packets flow.
    """,
  ]

  private static let explanations: [CarrierKind: String] = [
    .fastun: """
    This tunnel. Sealed means encrypted and authenticated, as it is by default; plaintext and “in \
    the clear” mean --plaintext, for comparison with what does not encrypt either.
    """,
    .plain: """
    What a textbook would write: one thread that reads a packet and sends a datagram, and the \
    other way round. The baseline.
    """,
    .relay: """
    fastun's threads with nothing to do: they read super-packets, send each as a train, receive and \
    write, with no header and no check between. No tunnel, as one lost datagram would spoil the rest; \
    but about what a program can reach by these calls.
    """,
    .vxlan: """
    A tunnel inside the kernel, without encryption: no system call and no copy between it and the \
    network. What a program can hope to come near to.
    """,
    .wireguardGo: "The WireGuard project's own tunnel program, encrypted.",
  ]

  private static var diagram: String {
    func host(_ x: Double, _ name: String) -> [String] {
      let middle = x + 70
      let boxes = [("programs", 34.0), ("tunnel device", 74.0), ("the tunnel", 114.0)]
      return [
        #"<rect class="host" x="\#(SVG.place(x))" y="4" width="140" height="146" rx="8"/>"#,
        SVG.text("host \(name)", middle, 22, "label middle"),
      ]
        + boxes.flatMap { words, y in
          [
            """
            <rect class="\(words == "the tunnel" ? "bar own" : "box")" \
            x="\(SVG.place(x + 12))" y="\(SVG.place(y))" width="116" height="26" rx="4"/>
            """,
            SVG.text(
              words, middle, y + 17, words == "the tunnel" ? "onbar middle" : "small middle"),
          ]
        }
        + [60.0, 100.0].map { SVG.line(middle, $0, middle, $0 + 14, "wire") }
    }
    let parts =
      host(2, "a") + host(218, "b") + [
        SVG.line(130, 127, 230, 127, "wire strong"),
        SVG.text("veth", 180, 118, "small middle"),
        SVG.text("UDP", 180, 143, "small middle"),
      ]
    return SVG.picture(
      height: 156, label: "two hosts, a tunnel program in each, joined by a veth pair", parts)
  }
}
