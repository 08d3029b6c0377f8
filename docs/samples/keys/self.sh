curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/keys/self" -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
