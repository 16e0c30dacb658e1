"""A flame graph: one SVG file that stands alone, to be opened in a browser without a network."""

import os
from html import escape

import kinds

WIDTH, ROW, TOP, SIDE = 1200, 18, 70, 10
# Narrower frames are not drawn: they could be neither seen nor hit.
NARROWEST = 0.4

# Soft tones that carry black text, by what the function belongs to.
TONES = {
    kinds.USER: "#7fc97f", kinds.CIPHER: "#beaed4", kinds.LZ4: "#d4aebe",
    kinds.USER_COPY: "#b3de69", kinds.COPY: "#fb8072", kinds.MEMORY: "#e5b48a",
    kinds.NETWORK: "#fdc086", kinds.SCHEDULER: "#80b1d3", kinds.ENTRY: "#ffed6f",
    kinds.OTHER: "#d9d9d9", kinds.IDLE: "#f0f0f0", "role": "#c8d0d8",
}


class Node:
    """A function in its place in the stack."""

    def __init__(self, name, tone):
        self.name, self.tone, self.samples, self.children = name, tone, 0, {}

    def child(self, name, tone):
        return self.children.setdefault((name, tone), Node(name, tone))


def tree(counts):
    top = Node("all", "role")
    for (role, frames), samples in counts.items():
        node = top
        node.samples += samples
        node = node.child(role, "role")
        node.samples += samples
        if role == "others":
            # Not what was asked for: what it cost, and no more.
            kind = kinds.kind(frames)
            node.child(kind, kind).samples += samples
            continue
        for depth, frame in enumerate(frames):
            node = node.child(frame.name, kinds.kind(frames[: depth + 1]))
            node.samples += samples
    return top


def svg(counts, title, per_sample):
    top = tree(counts)
    boxes, depth = [], place(top, 0, 0, top.samples or 1)
    for node, x, width, level in depth:
        boxes.append(box(node, x, width, level, top.samples, per_sample))
    height = TOP + (max(level for *_, level in depth) + 1) * ROW + 40
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"
 width="{WIDTH}" height="{height}" font-family="system-ui, sans-serif" font-size="12">
<style>{beside('graph.css')}</style>
<rect class="ground" width="100%" height="100%"/>
<text class="title" x="{SIDE}" y="24">{escape(title)}</text>
<text id="told" x="{SIDE}" y="{height - 14}"></text>
<text id="reset" class="button" x="{SIDE}" y="46">whole picture</text>
<text id="search" class="button" x="120" y="46">search …</text>
<text id="found" x="{SIDE}" y="60"></text>
{legend()}
<g id="boxes">
{chr(10).join(boxes)}
</g>
<script><![CDATA[
{beside('graph.js')}
]]></script>
</svg>
"""


def place(node, x, level, total):
    """Every node with its place: left edge and width in pixels, and level."""
    width = node.samples / total * (WIDTH - 2 * SIDE)
    if width < NARROWEST:
        return []
    placed = [(node, x, width, level)]
    # By name, so that the same function stands in the same place in two pictures.
    for key in sorted(node.children):
        child = node.children[key]
        placed += place(child, x, level + 1, total)
        x += child.samples / total * (WIDTH - 2 * SIDE)
    return placed


def box(node, x, width, level, total, per_sample):
    share = node.samples / (total or 1) * 100
    told = f"{node.name}: {node.samples * per_sample:.3f} s, {share:.1f} %"
    y = TOP + level * ROW
    return (
        f'<g class="box" data-name="{escape(node.name, quote=True)}" data-x="{x:.2f}"'
        f' data-w="{width:.2f}" data-level="{level}"><title>{escape(told)}</title>'
        f'<rect x="{x + SIDE:.2f}" y="{y}" width="{max(width - 0.4, 0.3):.2f}" height="{ROW - 1}"'
        f' fill="{TONES[node.tone]}"/>'
        f'<text x="{x + SIDE + 3:.2f}" y="{y + 13}">{escape(cut(node.name, width))}</text></g>')


def cut(name, width):
    room = int((width - 6) / 6.6)
    if room < 3:
        return ""
    return name if len(name) <= room else name[: room - 1] + "…"


def legend():
    parts, x = [], 290
    for kind in kinds.ALL:
        parts.append(
            f'<rect x="{x:.0f}" y="36" width="10" height="10" fill="{TONES[kind]}"/>'
            f'<text x="{x + 13:.0f}" y="45" font-size="10">{escape(kind)}</text>')
        x += 22 + len(kind) * 5.6
    return "\n".join(parts)


def beside(name):
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read().strip()
