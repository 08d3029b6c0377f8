file=$(curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/files" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -F purpose=batch \
  -F "file=@-;filename=questions.jsonl" <<'LINES'
{"custom_id": "tide", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", "messages": [{"role": "user", "content": "What is a tide?"}], "max_completion_tokens": 200}}
{"custom_id": "moon", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", "messages": [{"role": "user", "content": "What is a moon?"}], "max_completion_tokens": 200}}
LINES
)
echo "$file"
id=$(printf %s "$file" | sed 's/.*"id":"\([^"]*\)".*/\1/')

# What it would cost as a batch that is done within a day, and within an hour
for window in 24h 1h; do
  curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/files/$id/cost-estimate?completion_window=$window" \
    -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
done
