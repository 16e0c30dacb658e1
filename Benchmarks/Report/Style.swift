/// The page's style: one accent colour for fastun, grey for everybody else, in light and in dark.
enum Style {
  static let css = [colors, type, layout, tables, charts].joined(separator: "\n")

  private static let colors = """
    :root {
      color-scheme: light dark;
      --paper: #fbfaf8; --raised: #ffffff; --ink: #1c1e22; --soft: #5b616b; --rule: #e3e1dc;
      --accent: #d9480f; --accent-ink: #b93a08; --pale: #f6c7b0; --grey: #b4b8bf;
      --on-accent: #ffffff; --good: #1b7a47; --bad: #b3261e; --whisker: #1c1e22;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15171a; --raised: #1d2024; --ink: #e8e6e1; --soft: #a3a8b1; --rule: #32363c;
        --accent: #ff8a52; --accent-ink: #ff9d6e; --pale: #6b3d28; --grey: #5b616b;
        --on-accent: #1b0d05; --good: #5cc98d; --bad: #ff8a80; --whisker: #e8e6e1;
      }
    }
    """

  private static let type = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body {
      margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 68rem; background: var(--paper);
      color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
      "DejaVu Sans", sans-serif;
    }
    h1 { font-size: clamp(1.7rem, 5vw, 2.6rem); line-height: 1.15; margin: .2em 0 .5em;
      letter-spacing: -.02em; text-wrap: balance; }
    h2 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; margin: 0 0 .8em; }
    h3 { font-size: 1.1rem; line-height: 1.35; margin: 0; }
    p, ul, dl { max-width: 44rem; margin: 0 0 1rem; }
    ul { padding-left: 1.2rem; } li { margin: 0 0 .4rem; overflow-wrap: anywhere; }
    a { color: var(--accent-ink); text-underline-offset: .15em; }
    code { font: .92em ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }
    dt { font-weight: 650; } dd { margin: 0 0 .7rem; color: var(--soft); }
    .lead { font-size: 1.1rem; color: var(--soft); }
    .meta { font-size: .85rem; color: var(--soft); margin: .15rem 0 .6rem; }
    .warning { border-left: 4px solid var(--accent); padding: .4rem 0 .4rem .8rem; }
    """

  private static let layout = """
    section { border-top: 1px solid var(--rule); margin-top: 3rem; padding-top: 2rem; }
    article { margin: 0 0 3rem; } article:last-child { margin-bottom: 0; }
    nav { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; font-size: .92rem; }
    .cards { display: grid; gap: 1rem; margin: 1.8rem 0;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr)); }
    .card { background: var(--raised); border: 1px solid var(--rule); border-radius: .7rem;
      padding: 1rem 1.1rem .7rem; }
    .card p { margin: 0 0 .3rem; line-height: 1.45; }
    .card .big { font-size: 2.5rem; font-weight: 700; line-height: 1.1; letter-spacing: -.03em;
      font-variant-numeric: tabular-nums; }
    .card .big small { font-size: .6em; font-weight: 500; margin-left: .1em; }
    .card.ahead .big { color: var(--accent-ink); }
    .charts { display: grid; gap: 1.6rem 2.2rem; margin: .8rem 0 1.2rem; align-items: start;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
    details { margin: .6rem 0; } summary { cursor: pointer; color: var(--accent-ink);
      font-size: .92rem; padding: .2rem 0; }
    footer { border-top: 1px solid var(--rule); margin-top: 3rem; padding-top: 1rem; }
    @media print { details > * { display: block; } nav { display: none; } }
    """

  private static let tables = """
    .scroll { overflow-x: auto; margin: 0 0 1rem; }
    table { border-collapse: collapse; font-size: .88rem; line-height: 1.4; }
    th, td { text-align: left; padding: .38rem 1.1rem .38rem 0; vertical-align: top;
      border-bottom: 1px solid var(--rule); min-width: 5rem; }
    th { font-weight: 600; color: var(--soft); }
    td:first-child { min-width: 9rem; }
    .group td { font-weight: 600; padding-top: 1.1rem; }
    .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    tr.own td:first-child { color: var(--accent-ink); font-weight: 600; }
    .chip { font-size: .8rem; font-weight: 600; white-space: nowrap; }
    .met { color: var(--good); } .missed { color: var(--bad); }
    .met::before { content: "✓ "; } .missed::before { content: "✗ "; }
    """

  private static let charts = """
    figure { margin: 0; max-width: 30rem; }
    figcaption { font-size: .9rem; line-height: 1.4; margin: 0 0 .5rem; }
    figcaption span { color: var(--soft); display: block; font-size: .82rem; }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { font-size: 11.5px; fill: var(--ink); font-variant-numeric: tabular-nums;
      paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
    svg .value { text-anchor: end; } svg .middle { text-anchor: middle; }
    svg .label.own, svg .value.own { font-weight: 650; fill: var(--accent-ink); }
    svg .tick { font-size: 9.5px; fill: var(--soft); text-anchor: middle; }
    svg .tick.first { text-anchor: start; } svg .tick.last { text-anchor: end; }
    svg .small { font-size: 11px; } svg .soft { fill: var(--soft); }
    svg .small, svg .onbar { stroke: none; }
    svg .onbar { font-size: 11px; fill: var(--on-accent);
      font-weight: 600; }
    .bar { fill: var(--grey); } .bar.own { fill: var(--accent); }
    .bar.pale { opacity: .45; } .bar.pale.own { fill: var(--pale); opacity: 1; }
    .bar.worse { fill: var(--bad); }
    .bar.lost, .bar.saved { fill: none; stroke: var(--bad); stroke-dasharray: 3 2; }
    .bar.saved { stroke: var(--accent); }
    .bar.shade1 { opacity: .5; } .bar.shade2 { opacity: .24; }
    .grid { stroke: var(--rule); } .step { stroke: var(--soft); stroke-dasharray: 2 2; }
    .whisker { stroke: var(--whisker); stroke-width: 1.2; opacity: .75; }
    .curve { fill: none; stroke: var(--accent); stroke-width: 1.6; stroke-linejoin: round; }
    .moment { stroke: var(--soft); stroke-dasharray: 3 3; }
    .host { fill: none; stroke: var(--rule); stroke-width: 1.5; }
    .box { fill: var(--raised); stroke: var(--rule); }
    .wire { stroke: var(--soft); } .wire.strong { stroke-width: 2; }
    """
}
