curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/chat/completions" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "doubleword-demo",
    "messages": [
      {"role": "system", "content": "You are brief."},
      {"role": "user", "content": "Why is the sea salty?"}
    ],
    "max_tokens": 60
  }'
