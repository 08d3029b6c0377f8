curl -sS "$DOUBLEWORD_API_BASE/responses" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "doubleword-demo", "instructions": "You are brief.", "input": "Why is the sea salty?"}'
