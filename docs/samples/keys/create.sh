curl --fail-with-body -sS "$DOUBLEWORD_URL/admin/api/v1/users/current/api-keys" \
  -H "Authorization: Bearer $DOUBLEWORD_PLATFORM_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "search-service",
    "scopes": {"endpoints": ["chat", "embeddings"], "models": ["doubleword-*", "all-minilm-l6-v2"]},
    "limits": {"requests_per_minute": 120, "tokens_per_minute": 200000, "concurrent_requests": 8}
  }'
