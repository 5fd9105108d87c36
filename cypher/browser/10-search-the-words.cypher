// 10 在原文中检索 · Search the words themselves
// The double quotes inside make it a phrase; without them each pair of characters counts alone.
CALL db.index.fulltext.queryNodes('zhenxing_text', '"脱贫劳动力"') YIELD node, score
MATCH (node:Measure)-[:IN_BULLETIN]->(b:Bulletin)
RETURN node.quote AS sentence, node.start AS start, node.end AS end, b.name AS bulletin, score
ORDER BY score DESC, bulletin, start
LIMIT 50
