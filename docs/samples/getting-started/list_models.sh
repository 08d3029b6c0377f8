curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/models" -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
