// 11 先核对哪些 · What to check first
// The statements that are least sure, with their words and the rule or word of the vocabulary that found them.
MATCH (m:Measure)-[r:APPLIES_INSTRUMENT]->(i:Instrument)
RETURN r.confidence AS confidence, i.name AS instrument, r.quote AS words, r.rule AS found_by, m.quote AS sentence
ORDER BY confidence, sentence, instrument
LIMIT 50
