package ai.doubleword.accounts;

import ai.doubleword.limits.Rates;
import ai.doubleword.limits.RatesSpec;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Limits and groups of accounts, for administrators. `{id}` is `user_…`, a user's address, `org_…` or a slug.
@Path("admin/api/v1/accounts/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Accounts")
public final class AccountsResource {
    private final Accounts accounts;
    private final AccountNames names;

    AccountsResource(Accounts accounts, AccountNames names) {
        this.accounts = accounts;
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

    @GET
    @Operation(summary = "Limits and groups of an account")
    public AccountView get(@PathParam("id") String id) {
        return view(id, names.resolve(id).account());
    }

    @PATCH
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
