curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/embeddings" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "all-minilm-l6-v2", "input": ["a cat on a mat", "a kitten on a rug"], "dimensions": 128}'
