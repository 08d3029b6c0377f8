curl --fail-with-body -sS --max-time 3600 "$DOUBLEWORD_API_BASE/chat/completions" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "doubleword-demo",
    "service_tier": "flex",
    "messages": [{"role": "user", "content": "Name three rivers."}]
  }'
