id=$(curl -sS "$DOUBLEWORD_API_BASE/conversations" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"items": [{"role": "user", "content": "I keep bees."}]}' |
  sed 's/^{"id":"\([^"]*\)".*/\1/')

curl -sS "$DOUBLEWORD_API_BASE/responses" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "doubleword-demo", "conversation": "'"$id"'", "input": "What should I do in spring?"}'

curl -sS "$DOUBLEWORD_API_BASE/conversations/$id/items?order=asc" -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
