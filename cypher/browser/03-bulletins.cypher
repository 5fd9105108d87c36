// 03 读过哪些公报 · Which bulletins were read
// Each bulletin with its place and whoever issued it. Double-click a node to see what else it is joined to.
MATCH (b:Bulletin)
OPTIONAL MATCH about = (b)-[:PLACE]->(:Place)
OPTIONAL MATCH issuer = (b)-[:ISSUED_BY]->(:Agency)
RETURN b, about, issuer
LIMIT 100
