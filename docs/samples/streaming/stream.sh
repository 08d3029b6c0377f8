curl --fail-with-body -sSN "$DOUBLEWORD_API_BASE/chat/completions" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "doubleword-demo",
    "messages": [{"role": "user", "content": "Tell me a story."}],
    "stream": true,
    "stream_options": {"include_usage": true}
  }'
