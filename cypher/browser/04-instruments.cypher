// 04 有哪些政策工具 · The policy instruments
// The tree of instruments: narrower ones point to broader ones. Filters always include what is narrower.
MATCH tree = (:Instrument)-[:BROADER]->(:Instrument)
RETURN tree
