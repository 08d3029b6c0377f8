cat > /tmp/questions.jsonl <<'LINES'
{"custom_id": "tide", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", "messages": [{"role": "user", "content": "What is a tide?"}]}}
{"custom_id": "moon", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", "messages": [{"role": "user", "content": "What is a moon?"}]}}
LINES

file=$(curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/files" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -F purpose=batch -F file=@/tmp/questions.jsonl | sed 's/.*"id":"\([^"]*\)".*/\1/')

batch=$(curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/batches" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"input_file_id\": \"$file\", \"endpoint\": \"/v1/chat/completions\", \"completion_window\": \"24h\"}" \
  | sed 's/.*"id":"\(batch_[^"]*\)".*/\1/')

# Answers when the batch has ended, or after a minute.
curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/batches/$batch" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Prefer: wait=60"
