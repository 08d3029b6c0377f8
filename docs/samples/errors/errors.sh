# An unknown model: 404, and a body that says what to do.
curl -sS "$DOUBLEWORD_API_BASE/chat/completions" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "no-such-model", "messages": []}'
