cat > /tmp/questions.jsonl <<'LINES'
{"custom_id": "one", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", "max_tokens": 20, "messages": [{"role": "user", "content": "Tell me about the number one."}]}}
{"custom_id": "two", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", "max_tokens": 20, "messages": [{"role": "user", "content": "Tell me about the number two."}]}}
LINES

file=$(curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/files" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -F purpose=batch -F file=@/tmp/questions.jsonl | sed 's/.*"id":"\([^"]*\)".*/\1/')

curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/batches" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"input_file_id\": \"$file\", \"endpoint\": \"/v1/chat/completions\", \"completion_window\": \"24h\"}"
