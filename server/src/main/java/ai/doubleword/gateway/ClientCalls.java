package ai.doubleword.gateway;

import ai.doubleword.keys.Principal;
import ai.doubleword.payloads.Payloads;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/// Calls as clients wrote them: those of a translated dialect go by its translator, all others straight in. What they
/// hold is kept for accounts that want it, but for calls with `store: false`.
@Singleton
final class ClientCalls {
    private final Gateway gateway;
    private final Payloads payloads;
    private final Map<Dialect, Translator> translators = new EnumMap<>(Dialect.class);

    ClientCalls(Gateway gateway, Payloads payloads, Instance<Translator> translators) {
        this.gateway = gateway;
        this.payloads = payloads;
        translators.forEach(translator -> this.translators.put(translator.dialect(), translator));
    }

    /// Whether the answer to a call is not to be kept for repeats: as it says, or as its account does.
    boolean keepsNothing(Principal principal, Call call) {
        RequestScan scan = RequestScan.of(call.body());
        Translator translator = translators.get(call.dialect());
        return scan.keepsNothing || (translator != null && !scan.keeps && translator.keepsNothing(principal));
    }

    Gateway.Ticket submit(Principal principal, Call call, Sink sink) {
        Translator translator = translators.get(call.dialect());
        Sink heard = payloads.wants(principal.account()) && !RequestScan.of(call.body()).keepsNothing
                ? new PayloadSink(sink, payloads, principal.account(), call)
                : sink;
        return translator == null ? gateway.submit(principal, call, heard) : translator.submit(principal, call, heard);
    }
}
