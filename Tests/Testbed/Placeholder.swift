import CFastun
