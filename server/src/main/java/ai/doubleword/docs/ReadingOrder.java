package ai.doubleword.docs;

import java.util.List;

/// The order in which the pages are read, in groups: of the navigation, of previous and next, of `/llms.txt`. A
/// page that a build does not have is left out; a test holds that no page of `docs/` is missing here.
final class ReadingOrder {
    /// The page that is made from the OpenAPI documents.
    static final String API = "api";

    static final List<Group> GROUPS = List.of(
            new Group("Get started", List.of("getting-started", "creating-an-api-key")),
            new Group(
                    "Call models",
                    List.of(
                            "chat",
                            "streaming",
                            "responses",
                            "background",
                            "embeddings",
                            "flex",
                            "playground",
                            "jsonl-files",
                            "batches",
                            "deadlines",
                            "webhooks",
                            "handling-errors")),
            new Group(
                    "Keys and accounts",
                    List.of("keys", "signing-in", "single-sign-on", "organizations", "usage", "payloads", "limits")),
            new Group(
                    "Run it yourself",
                    List.of(
                            "models-and-providers",
                            "operating",
                            "mail",
                            "audit",
                            "security",
                            "reporting-a-vulnerability")),
            new Group(
                    "Reference",
                    List.of(API, "errors", "configuration", "metrics", "compatibility", "performance", "changelog")));

    private ReadingOrder() {}

    /// @param pages what stands behind `/docs/` in their addresses
    record Group(String title, List<String> pages) {}
}
