cat > /tmp/texts.jsonl <<'LINES'
{"custom_id": "cat", "method": "POST", "url": "/v1/embeddings", "body": {"model": "all-minilm-l6-v2", "input": "a cat on a mat"}}
{"custom_id": "kitten", "method": "POST", "url": "/v1/embeddings", "body": {"model": "all-minilm-l6-v2", "input": "a kitten on a rug"}}
LINES

file=$(curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/files" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -F purpose=batch -F file=@/tmp/texts.jsonl | sed 's/.*"id":"\([^"]*\)".*/\1/')

batch=$(curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/batches" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"input_file_id\": \"$file\", \"endpoint\": \"/v1/embeddings\", \"completion_window\": \"24h\"}" \
  | sed 's/.*"id":"\(batch_[^"]*\)".*/\1/')

# Answers when the batch has ended, or after a minute.
curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/batches/$batch" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Prefer: wait=60"
