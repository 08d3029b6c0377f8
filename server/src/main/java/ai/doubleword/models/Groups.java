package ai.doubleword.models;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// The groups to whom models are open: a model that names none is open to everyone. Blocking, thread-safe.
@Singleton
final class Groups {
    private final Database database;
    private final Ids ids;
    private final AuditTrail audit;

    Groups(Database database, Ids ids, AuditTrail audit) {
        this.database = database;
        this.ids = ids;
        this.audit = audit;
    }

    /// All groups, by name.
    List<Group> all() {
        return database.engine().withHandle(GroupStore::all);
    }

    /// @param id `group_…`
    /// @throws ProblemException `not_found`
    Group find(String id) {
        long number = Ids.parse(Group.PREFIX, id).orElseThrow(Groups::notFound);
        return database.engine()
                .withHandle(handle -> GroupStore.find(handle, number))
                .orElseThrow(Groups::notFound);
    }

    /// Makes a group, which opens nothing yet.
    ///
    /// @throws ProblemException `conflict` for a name that is taken, `invalid_value` for one that may not be
    Group create(String name) {
        ModelRules.group(name);
        return database.engine().inTransaction(handle -> {
            long id = ids.next();
            if (GroupStore.insert(handle, id, name) == 0) {
                throw new ProblemException(ErrorCode.CONFLICT, "There is a group '" + name + "' already.");
            }
            Group made = new Group(id, name, List.of(), 0);
            audit.record(
                    handle, AuditEvent.of("group.created", 0, made.publicId()).to(Map.of("name", name)));
            return made;
        });
    }

    /// Deletes a group that opens no model: a model without any group left would be open to everyone.
    ///
    /// @throws ProblemException `conflict` for one that opens models
    void delete(Group group) {
        database.engine().useTransaction(handle -> {
            GroupStore.lock(handle, group.id());
            Group now = GroupStore.find(handle, group.id()).orElseThrow(Groups::notFound);
            if (!now.models().isEmpty()) {
                throw new ProblemException(
                        ErrorCode.CONFLICT,
                        "Models are open to this group alone or among others: take it off "
                                + String.join(", ", now.models()) + " first.");
            }
            GroupStore.delete(handle, group.id());
            audit.record(
                    handle, AuditEvent.of("group.deleted", 0, now.publicId()).from(Map.of("name", now.name())));
        });
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such group.");
    }
}
