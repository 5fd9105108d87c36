// 01 图里有什么 · What is in here
// Every kind of node and how many there are. All of them carry the label Zhenxing besides, and a name to be read.
MATCH (n:Zhenxing)
UNWIND [label IN labels(n) WHERE label <> 'Zhenxing'] AS label
RETURN label, count(*) AS nodes, collect(n.name)[..5] AS names
ORDER BY nodes DESC
