package ai.doubleword.batch.files;

import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.jsonl.LineRules;
import ai.doubleword.jsonl.ModelFit;
import ai.doubleword.keys.ModelPattern;
import ai.doubleword.models.Model;
import ai.doubleword.models.ModelType;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.Tier;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.Set;

/// What the lines of an upload must keep to: this server's limits, and the models that the caller may name now.
@Singleton
final class FileRules {
    private final FilesConfig config;
    private final RoutingTable routing;
    private final MasterKey master;

    FileRules(FilesConfig config, RoutingTable routing, MasterKey master) {
        this.config = config;
        this.routing = routing;
        this.master = master;
    }

    LineRules of(FileCaller caller) {
        Routing now = routing.current();
        return new LineRules(
                config.maxLines(),
                config.maxLineBytes(),
                Set.of(LineEndpoint.values()),
                (model, endpoint) -> fit(now.model(model), caller, endpoint),
                salt(caller.account()));
    }

    private static ModelFit fit(
            @org.jspecify.annotations.Nullable Model model, FileCaller caller, LineEndpoint endpoint) {
        if (model == null || !model.visibleTo(caller.groups())) {
            return ModelFit.UNKNOWN;
        }
        boolean allowed = caller.models().isEmpty()
                || caller.models().stream().anyMatch(pattern -> ModelPattern.matches(pattern, model.name()));
        if (!allowed) {
            return ModelFit.NOT_ALLOWED;
        }
        if (model.type() != typeFor(endpoint)) {
            return ModelFit.WRONG_TYPE;
        }
        boolean offered = model.tariff(Tier.BATCH) != null || model.tariff(Tier.BACKGROUND) != null;
        return offered ? ModelFit.FITS : ModelFit.NOT_OFFERED;
    }

    private static ModelType typeFor(LineEndpoint endpoint) {
        return switch (endpoint) {
            case CHAT, COMPLETIONS, RESPONSES -> ModelType.CHAT;
            case EMBEDDINGS -> ModelType.EMBEDDING;
        };
    }

    /// One for each account, the same on each node and after a restart.
    private long salt(long account) {
        return ByteBuffer.wrap(master.derive("prompt prefixes of " + account)).getLong();
    }
}
