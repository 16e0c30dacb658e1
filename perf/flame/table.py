"""The split of samples by role and kind, as text."""

from collections import Counter

import kinds

ROLES = ["lane of a", "lane of b", "lane", "control of a", "control of b", "traffic programs",
         "others", "idle"]


def text(counts, per_sample, gigabytes):
    """Rows are kinds, columns roles; seconds, or seconds per GB where bytes are known."""
    split = Counter()
    for (role, frames), samples in counts.items():
        kind = kinds.kind(frames)
        # An idle CPU that handles an interrupt works, for whoever the packet is.
        if role == "idle" and kind != kinds.IDLE:
            role = "others"
        split[(role, kind)] += samples
    scale = per_sample / gigabytes if gigabytes else per_sample
    roles = [r for r in ROLES if any(role == r for role, _ in split)]
    head = ["CPU seconds per GB" if gigabytes else "CPU seconds"] + roles + ["all"]
    rows = []
    for kind in kinds.ALL:
        values = [split[(role, kind)] for role in roles]
        if sum(values):
            rows.append([kind] + [cell(v * scale) for v in values + [sum(values)]])
    sums = [sum(split[(role, kind)] for kind in kinds.ALL) for role in roles]
    rows.append(["all"] + [cell(v * scale) for v in sums + [sum(sums)]])
    return layout([head] + rows)


def cell(value):
    return f"{value:.3f}" if value else "-"


def layout(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
