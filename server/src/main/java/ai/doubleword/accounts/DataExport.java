package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Hands users what the server keeps of them. Blocking, thread-safe.
@Singleton
final class DataExport {
    private final Database database;
    private final Sessions sessions;
    private final List<PersonalData> features;
    private final Clock clock;
    private final AuditTrail audit;

    DataExport(Database database, Sessions sessions, @All List<PersonalData> features, Clock clock, AuditTrail audit) {
        this.database = database;
        this.sessions = sessions;
        this.features = features;
        this.clock = clock;
        this.audit = audit;
    }

    /// Who the user is.
    record Profile(String id, String username, String email, String role, Instant createdAt) {}

    /// An organization that the user is in.
    record Place(String id, String name, String role, boolean manageKeys) {}

    /// A browser that is signed in.
    record SignedIn(String device, String address, String method, Instant createdAt, Instant lastSeenAt) {}

    /// Everything, by section, in one state of the database.
    Map<String, Object> of(User user) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("exported_at", clock.instant());
        found.put(
                "user",
                new Profile(
                        Ids.format(User.PREFIX, user.id()),
                        user.username(),
                        user.email(),
                        user.role().wire(),
                        user.created()));
        found.put(
                "sessions",
                sessions.list(user.id()).stream()
                        .map(session -> new SignedIn(
                                session.device(),
                                session.address(),
                                session.method().wire(),
                                session.created(),
                                session.lastSeen()))
                        .toList());
        database.engine().useTransaction(handle -> {
            found.put(
                    "organizations",
                    AccountStore.memberships(handle, user.id()).stream()
                            .map(membership -> new Place(
                                    Ids.format(
                                            Organization.PREFIX,
                                            membership.organization().id()),
                                    membership.organization().name(),
                                    membership.role().wire(),
                                    membership.manageKeys()))
                            .toList());
            features.forEach(feature -> found.put(feature.section(), feature.export(handle, user)));
            audit.record(handle, AuditEvent.of("user.exported", user.account(), Ids.format(User.PREFIX, user.id())));
        });
        return found;
    }
}
