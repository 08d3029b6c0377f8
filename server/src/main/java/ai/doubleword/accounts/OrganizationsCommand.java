package ai.doubleword.accounts;

import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword organizations …`: who shares an account, for whoever runs the server.
@Command(
        name = "organizations",
        description = "List, make and change organizations and their members.",
        subcommands = {
            OrganizationsCommand.ListOrganizations.class,
            OrganizationsCommand.Create.class,
            OrganizationsCommand.Show.class,
            OrganizationsCommand.ListMembers.class,
            OrganizationsCommand.InviteMember.class,
            OrganizationsCommand.SetRole.class,
            OrganizationsCommand.Remove.class,
            OrganizationsCommand.Delete.class
        })
public final class OrganizationsCommand extends GroupCommand {
    private static final String ORGANIZATIONS = "/admin/api/v1/organizations";

    /// `doubleword organizations list`.
    @Command(name = "list", description = "List all organizations, by name.")
    static final class ListOrganizations extends OperatorCommand {
        @Option(names = "--search", paramLabel = "TEXT", defaultValue = "", description = "Part of a name or slug.")
        private String search;

        @Option(names = "--skip", paramLabel = "N", defaultValue = "0", description = "How many to leave out.")
        private int skip;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get("/admin/api/v1/accounts?kind=organization&limit=100&skip=" + skip + "&search="
                                    + OperatorClient.encoded(search))
                            .path("data"),
                    search.isEmpty()
                            ? "No organizations. Make one: doubleword organizations create NAME"
                            : "No organization is called so.",
                    Column.of("ID", "id"),
                    Column.of("SLUG", "slug"),
                    Column.of("NAME", "name"),
                    Column.of("MEMBERS", "members"),
                    Column.of("KEYS", "keys"),
                    Column.of("GROUPS", "groups"),
                    Column.of("DELETED", "deleted_at"));
        }
    }

    /// `doubleword organizations create`.
    @Command(name = "create", description = "Make an organization.")
    static final class Create extends OperatorCommand {
        @Parameters(paramLabel = "NAME", description = "What people call it.")
        private String name;

        @Option(
                names = "--slug",
                paramLabel = "SLUG",
                description = "Its name in addresses, for good. Default: made from the name.")
        private @Nullable String slug;

        @Option(
                names = "--owner",
                paramLabel = "USER",
                description = "Its first owner: user_… or an address. Default: the first administrator.")
        private @Nullable String owner;

        @Option(names = "--contact", paramLabel = "TEXT", description = "Whom to write to about it.")
        private @Nullable String contact;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            Map<String, Object> wanted = new LinkedHashMap<>();
            wanted.put("name", name);
            wanted.put("slug", slug == null ? Organization.slugOf(name) : slug);
            if (owner != null) {
                wanted.put("owner", owner);
            }
            if (contact != null) {
                wanted.put("contact", contact);
            }
            output.details(server.post(ORGANIZATIONS, wanted));
        }
    }

    /// Commands on one organization.
    abstract static class OnOrganization extends OperatorCommand {
        @Parameters(index = "0", paramLabel = "ORGANIZATION", description = "Its slug, or org_…")
        private String organization;

        String path() {
            return ORGANIZATIONS + "/" + OperatorClient.encoded(organization);
        }
    }

    /// Commands on one member.
    abstract static class OnMember extends OnOrganization {
        @Parameters(index = "1", paramLabel = "MEMBER", description = "user_… or an address.")
        private String member;

        String memberPath() {
            return path() + "/members/" + OperatorClient.encoded(member);
        }
    }

    /// `doubleword organizations show`.
    @Command(name = "show", description = "Show an organization.")
    static final class Show extends OnOrganization {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.details(server.get(path()));
        }
    }

    /// `doubleword organizations members`.
    @Command(name = "members", description = "List the members of an organization, by name.")
    static final class ListMembers extends OnOrganization {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(path() + "/members"),
                    "No members.",
                    Column.of("ID", "user_id"),
                    Column.of("NAME", "username"),
                    Column.of("ADDRESS", "email"),
                    Column.of("ROLE", "role"),
                    Column.of("MANAGES KEYS", "manage_keys"));
        }
    }

    /// `doubleword organizations invite`.
    @Command(name = "invite", description = "Make a link that lets an address join.")
    static final class InviteMember extends OnOrganization {
        @Parameters(index = "1", paramLabel = "ADDRESS", description = "The mail address.")
        private String email;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "member",
                description = "owner, admin or member. Default: member.")
        private String role;

        @Option(names = "--manage-keys", description = "Let a plain member make and end keys.")
        private boolean manageKeys;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode invite =
                    server.post(path() + "/invites", Map.of("email", email, "role", role, "manage_keys", manageKeys));
            output.said(invite, invite.path("url").asText());
            output.note("The link works once, for " + email + " alone, until "
                    + invite.path("expires_at").asText() + ". It is shown this once.");
        }
    }

    /// `doubleword organizations role`.
    @Command(name = "role", description = "Change the role of a member, or the right to manage keys.")
    static final class SetRole extends OnMember {
        @Parameters(index = "2", paramLabel = "ROLE", description = "owner, admin or member.")
        private String role;

        @Option(names = "--manage-keys", negatable = true, description = "Whether a plain member makes and ends keys.")
        private @Nullable Boolean manageKeys;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            Map<String, Object> change = new LinkedHashMap<>();
            change.put("role", role);
            if (manageKeys != null) {
                change.put("manage_keys", manageKeys);
            }
            output.said(server.patch(memberPath(), change), "Changed.");
        }
    }

    /// `doubleword organizations remove`.
    @Command(name = "remove", description = "Remove a member; the keys that the member made there end.")
    static final class Remove extends OnMember {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.delete(memberPath()), "Removed.");
        }
    }

    /// `doubleword organizations delete`.
    @Command(
            name = "delete",
            description =
                    "Delete an organization: its keys end, its batches are cancelled, nobody reaches it any more.")
    static final class Delete extends OnOrganization {
        @Option(names = "--yes", description = "Really do it: this cannot be undone.")
        private boolean sure;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            if (!sure) {
                throw new CommandFailedException("Deleting cannot be undone.", "If you mean it, add --yes.");
            }
            output.said(server.delete(path()), "Deleted.");
        }
    }
}
