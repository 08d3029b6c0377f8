package ai.doubleword.gateway;

import ai.doubleword.keys.Principal;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/// Calls as clients wrote them: those of a translated dialect go by its translator, all others straight in.
@Singleton
final class ClientCalls {
    private final Gateway gateway;
    private final Map<Dialect, Translator> translators = new EnumMap<>(Dialect.class);

    ClientCalls(Gateway gateway, Instance<Translator> translators) {
        this.gateway = gateway;
        translators.forEach(translator -> this.translators.put(translator.dialect(), translator));
    }

    Gateway.Ticket submit(Principal principal, Call call, Sink sink) {
        Translator translator = translators.get(call.dialect());
        return translator == null ? gateway.submit(principal, call, sink) : translator.submit(principal, call, sink);
    }
}
