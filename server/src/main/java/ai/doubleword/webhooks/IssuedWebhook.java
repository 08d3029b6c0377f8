package ai.doubleword.webhooks;

import ai.doubleword.platform.Secret;

/// An endpoint with its secret, which is in the one answer that made it.
record IssuedWebhook(Webhook webhook, Secret secret) {}
