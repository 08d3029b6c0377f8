id=$(curl -sS "$DOUBLEWORD_API_BASE/responses" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "doubleword-demo", "input": "Write about the history of harbours.", "background": true}' |
  sed 's/^{"id":"\([^"]*\)".*/\1/')

curl -sS "$DOUBLEWORD_API_BASE/responses/$id" -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
