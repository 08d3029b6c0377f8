package ai.doubleword.keys;

import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword keys …`: API keys, for whoever runs the server.
@Command(
        name = "keys",
        description = "Make, list, change, rotate and end API keys.",
        subcommands = {
            KeysCommand.Create.class,
            KeysCommand.ListKeys.class,
            KeysCommand.Show.class,
            KeysCommand.Rename.class,
            KeysCommand.Limit.class,
            KeysCommand.Rotate.class,
            KeysCommand.Revoke.class,
            KeysCommand.Delete.class,
            KeysCommand.RotatePepper.class
        })
public final class KeysCommand extends GroupCommand {
    private static final String MINE = "/admin/api/v1/users/current/api-keys";
    private static final String CANCEL_WORK = "Cancel batches and background requests it was used for.";
    private static final String ONCE = "Copy the key now: it is shown this once. Lost it? doubleword keys rotate ";

    private static String of(@Nullable String account) {
        return account == null ? MINE : "/admin/api/v1/accounts/" + OperatorClient.encoded(account) + "/api-keys";
    }

    private static void made(JsonNode key, CommandOutput output) {
        if (output.isJson()) {
            output.details(key);
        } else {
            output.note(key.path("key").asText());
            output.note(ONCE + key.path("id").asText());
        }
    }

    /// Commands on one key.
    abstract static class OnKey extends OperatorCommand {
        @Parameters(paramLabel = "ID", description = "The key: key_… or its 12 characters.")
        private String id;

        String path() {
            return MINE + "/" + OperatorClient.encoded(id);
        }

        String id() {
            return id;
        }
    }

    /// Limits as options.
    static final class Limits {
        @Option(
                names = {"--requests-per-minute", "--rpm"},
                paramLabel = "N",
                description = "Requests per minute; 0 is unlimited.")
        private @Nullable Integer requestsPerMinute;

        @Option(
                names = {"--tokens-per-minute", "--tpm"},
                paramLabel = "N",
                description = "Tokens per minute; 0 is unlimited.")
        private @Nullable Long tokensPerMinute;

        @Option(names = "--concurrent-requests", paramLabel = "N", description = "Requests at once; 0 is unlimited.")
        private @Nullable Integer concurrentRequests;

        Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            put(body, "requests_per_minute", requestsPerMinute);
            put(body, "tokens_per_minute", tokensPerMinute);
            put(body, "concurrent_requests", concurrentRequests);
            return body;
        }
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    /// Makes a key.
    @Command(name = "create", description = "Make a key and show it once.")
    static final class Create extends OperatorCommand {
        @Option(names = "--name", paramLabel = "NAME", required = true, description = "What lists call it.")
        private String name;

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                defaultValue = "inference",
                description = "inference (calls models) or platform (manages). Default: inference.")
        private String type;

        @Option(
                names = "--account",
                paramLabel = "ACCOUNT",
                description = "Whose: an address, user_…, a slug or org_…. Default: the administrator's.")
        private @Nullable String account;

        @Option(
                names = "--member",
                paramLabel = "USER",
                description = "For this member of the organization, an address or user_…, who reveals it once.")
        private @Nullable String member;

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private @Nullable String description;

        @Option(names = "--expires-at", paramLabel = "TIME", description = "Such as 2027-01-31, or with T00:00:00Z.")
        private @Nullable String expiresAt;

        @Option(names = "--endpoint", paramLabel = "NAME", description = "Only these endpoints; repeatable.")
        private @Nullable List<String> endpoints;

        @Option(names = "--model", paramLabel = "PATTERN", description = "Only these models; repeatable.")
        private @Nullable List<String> models;

        @Option(
                names = "--tier",
                paramLabel = "TIER",
                description = "Only realtime, flex, batch or background; repeatable.")
        private @Nullable List<String> tiers;

        @Option(names = "--address", paramLabel = "RANGE", description = "Only from these addresses; repeatable.")
        private @Nullable List<String> addresses;

        @Option(names = "--right", paramLabel = "RIGHT", description = "A platform key's rights; repeatable.")
        private @Nullable List<String> rights;

        @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Inherited by usage; repeatable.")
        private @Nullable Map<String, String> labels;

        @Option(names = "--on-revoke", paramLabel = "WHAT", description = "finish or cut running streams.")
        private @Nullable String onRevoke;

        @ArgGroup(exclusive = false)
        private @Nullable Limits limits;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            Map<String, Object> scopes = new LinkedHashMap<>();
            put(scopes, "endpoints", endpoints);
            put(scopes, "models", models);
            put(scopes, "tiers", tiers);
            put(scopes, "addresses", addresses);
            put(scopes, "rights", rights);
            Map<String, Object> body = new LinkedHashMap<>();
            put(body, "name", name);
            put(body, "type", type);
            put(body, "description", description);
            put(body, "expires_at", expiresAt);
            put(body, "scopes", scopes);
            put(body, "labels", labels);
            put(body, "on_revoke", onRevoke);
            put(body, "limits", limits == null ? null : limits.body());
            put(body, "member", member);
            JsonNode key = server.post(of(account), body);
            if (member == null) {
                made(key, output);
            } else {
                output.said(key, key.path("id").asText());
                output.note(
                        member + " reveals it, once, on the page API Keys of the organization. Nobody else sees it.");
            }
        }
    }

    /// Lists keys.
    @Command(name = "list", description = "List the keys of an account, newest first.")
    static final class ListKeys extends OperatorCommand {
        private static final int MOST = 100;

        @Option(
                names = "--account",
                paramLabel = "ACCOUNT",
                description = "Whose: an address, user_…, a slug or org_…. Default: the administrator's.")
        private @Nullable String account;

        @Option(names = "--skip", paramLabel = "N", defaultValue = "0", description = "Leave out the N newest.")
        private int skip;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode page = server.get(of(account) + "?limit=" + MOST + "&skip=" + skip);
            output.table(
                    page.path("data"),
                    "No keys yet. Make one: doubleword keys create --name NAME",
                    Column.of("ID", "id"),
                    Column.of("NAME", "name"),
                    Column.of("TYPE", "type"),
                    Column.of("STATUS", "status"),
                    Column.of("CREATED", "created_at"),
                    Column.of("EXPIRES", "expires_at"),
                    Column.of("LAST USED", "last_used_at"));
            int shown = skip + page.path("data").size();
            if (shown < page.path("total_count").asInt()) {
                output.note((page.path("total_count").asInt() - shown) + " more: --skip " + shown);
            }
        }
    }

    /// Shows a key.
    @Command(name = "show", description = "Show what is known of a key.")
    static final class Show extends OnKey {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.details(server.get(path()));
        }
    }

    /// Renames a key.
    @Command(name = "rename", description = "Give a key another name.")
    static final class Rename extends OnKey {
        @Parameters(paramLabel = "NAME", description = "The new name.")
        private String name;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.patch(path(), Map.of("name", name)), "Renamed.");
        }
    }

    /// Limits a key.
    @Command(name = "limit", description = "Change the limits of a key.")
    static final class Limit extends OnKey {
        @ArgGroup(exclusive = false, multiplicity = "1")
        private Limits limits = new Limits();

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode key = server.patch(path(), Map.of("limits", limits.body()));
            output.said(
                    key,
                    "Limits now: %s requests/min, %s tokens/min, %s at once (0 is unlimited)."
                            .formatted(
                                    key.at("/limits/requests_per_minute"),
                                    key.at("/limits/tokens_per_minute"),
                                    key.at("/limits/concurrent_requests")));
        }
    }

    /// Rotates a key.
    @Command(name = "rotate", description = "Make a new key of the same family; the old one works on for a while.")
    static final class Rotate extends OnKey {
        @Option(
                names = "--overlap",
                paramLabel = "TIME",
                defaultValue = "24h",
                description = "How long the old one works on: 0, 1h, 24h or 7d. Default: 24h.")
        private String overlap;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            made(server.post(path() + "/rotate", Map.of("overlap", overlap)), output);
        }
    }

    /// Revokes a key.
    @Command(name = "revoke", description = "End a key within a second; it stays on the list.")
    static final class Revoke extends OnKey {
        @Option(names = "--cut", description = "Cut its running streams too.")
        private boolean cut;

        @Option(names = "--cancel-work", description = CANCEL_WORK)
        private boolean cancelWork;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for its owner.")
        private @Nullable String reason;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            Map<String, Object> body = new LinkedHashMap<>();
            put(body, "on_revoke", cut ? "cut" : null);
            put(body, "work", cancelWork ? "cancel" : null);
            put(body, "reason", reason);
            output.said(server.post(path() + "/revoke", body), "Revoked.");
        }
    }

    /// Deletes a key.
    @Command(name = "delete", description = "End a key if needed and take it off the list.")
    static final class Delete extends OnKey {
        @Option(names = "--cancel-work", description = CANCEL_WORK)
        private boolean cancelWork;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.delete(path() + (cancelWork ? "?work=cancel" : "")), "Deleted.");
        }
    }

    /// Rotates the pepper.
    @Command(name = "rotate-pepper", description = "Hash the secrets of new keys under a new pepper.")
    static final class RotatePepper extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode pepper = server.post("/admin/api/v1/peppers", Map.of());
            output.said(
                    pepper,
                    "New keys are hashed under pepper " + pepper.path("id").asText()
                            + ". Those of before go on under theirs, until they are rotated.");
        }
    }
}
