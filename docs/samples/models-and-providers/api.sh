curl --fail-with-body -sS "$DOUBLEWORD_URL/admin/api/v1/models?limit=100" \
  -H "Authorization: Bearer $DOUBLEWORD_PLATFORM_KEY"
