// 02 怎样连在一起 · How it hangs together
// Which kind of node is joined to which, by what, how often. docs/neo4j-model.md explains each of them.
MATCH (a:Zhenxing)-[r]->(b:Zhenxing)
WITH [label IN labels(a) WHERE label <> 'Zhenxing'] AS start, type(r) AS relationship,
  [label IN labels(b) WHERE label <> 'Zhenxing'] AS end, count(*) AS times
RETURN start, relationship, end, times
ORDER BY times DESC
