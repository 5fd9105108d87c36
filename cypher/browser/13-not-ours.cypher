// 13 不属于本图的节点 · What else is in this database
// Nodes without the label Zhenxing are somebody else's: no command of kg changes or deletes them.
MATCH (n) WHERE NOT n:Zhenxing
RETURN labels(n) AS labels, count(*) AS nodes
ORDER BY nodes DESC
