package ai.doubleword.accounts;

import ai.doubleword.limits.Rates;
import ai.doubleword.limits.RatesSpec;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// All accounts, their limits and groups, for administrators. `{id}` is `user_…`, a user's address, `org_…` or a slug.
@Path("admin/api/v1/accounts")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Accounts")
public final class AccountsResource {
    private final Accounts accounts;
    private final AccountNames names;
    private final AccountList accountList;

    AccountsResource(Accounts accounts, AccountNames names, AccountList accountList) {
        this.accounts = accounts;
        this.accountList = accountList;
        this.names = names;
    }

    /// An account.
    ///
    /// @param id as it was named in the request
    /// @param kind `personal` or `organization`
    /// @param limits over all of its keys; 0 is unlimited
    record AccountView(String id, String kind, String name, Rates limits, List<String> groups) {}

    /// What to change; what is absent stays.
    ///
    /// @param groups all groups that the account shall be in
    record Change(@Nullable RatesSpec limits, @Nullable Set<String> groups) {}

    /// A page of accounts.
    record AccountPage(List<ListedView> data, long totalCount, int skip, int limit) {}

    /// An account in the list.
    ///
    /// @param id `user_…` or `org_…`
    /// @param name the user's or the organization's
    /// @param slug an organization's name in addresses
    /// @param email a user's address
    /// @param members of an organization
    /// @param keys those that are not revoked
    /// @param deletedAt when its owner deleted an organization
    record ListedView(
            String id,
            String kind,
            String name,
            Optional<String> slug,
            Optional<String> email,
            Optional<Long> members,
            long keys,
            List<String> groups,
            Instant createdAt,
            Optional<Instant> deletedAt) {
        static ListedView of(ListedAccount account) {
            return new ListedView(
                    account.publicId(),
                    account.organization() ? "organization" : "personal",
                    account.name(),
                    account.organization() ? Optional.of(account.handle()) : Optional.empty(),
                    account.organization() ? Optional.empty() : Optional.of(account.handle()),
                    account.organization() ? Optional.of(account.members()) : Optional.empty(),
                    account.keys(),
                    account.groups(),
                    account.created(),
                    account.deleted());
        }
    }

    @GET
    @Operation(summary = "All accounts, by name")
    public AccountPage list(
            @QueryParam("kind") @DefaultValue("") String kind,
            @QueryParam("search") @DefaultValue("") String search,
            @QueryParam("group") @DefaultValue("") String group,
            @QueryParam("skip") @DefaultValue("0") int skip,
            @QueryParam("limit") @DefaultValue("20") int limit) {
        if (!List.of("", "personal", "organization").contains(kind)) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "kind", "kind is personal or organization."));
        }
        int from = Math.max(0, skip);
        int most = Math.clamp(limit, 1, 100);
        AccountList.Page page = accountList.page(new AccountList.Query(kind, search.strip(), group, from, most));
        return new AccountPage(page.accounts().stream().map(ListedView::of).toList(), page.total(), from, most);
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Limits and groups of an account")
    public AccountView get(@PathParam("id") String id) {
        return view(id, names.resolve(id).account());
    }

    @PATCH
    @Path("{id}")
    @Operation(summary = "Change limits and groups of an account", description = "Reaches all nodes within a second.")
    public AccountView change(@PathParam("id") String id, @Nullable Change change) {
        if (change == null) {
            throw new ProblemException(ErrorCode.INVALID_JSON, "The body must be a JSON object.");
        }
        long account = names.resolve(id).account();
        if (change.limits() != null) {
            accounts.setRates(account, change.limits().over(account(account).rates()));
        }
        if (change.groups() != null) {
            accounts.setGroups(account, change.groups());
        }
        return view(id, account);
    }

    private AccountView view(String id, long number) {
        Account account = account(number);
        return new AccountView(
                id,
                account.organization() ? "organization" : "personal",
                account.name(),
                account.rates(),
                account.groups().stream().sorted().toList());
    }

    private Account account(long number) {
        return accounts.account(number)
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such account."));
    }
}
