package ai.doubleword.docs;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.SampleKeys;
import ai.doubleword.platform.PublicAddress;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Who reads in an account: what they may choose there, and what samples hold for them. Blocking, thread-safe.
@Singleton
final class AccountReaders {
    private final Accounts accounts;
    private final CurrentCaller current;
    private final SampleKeys sampleKeys;
    private final SampleModels models;
    private final PublicAddress address;

    AccountReaders(
            Accounts accounts,
            CurrentCaller current,
            SampleKeys sampleKeys,
            SampleModels models,
            PublicAddress address) {
        this.accounts = accounts;
        this.current = current;
        this.sampleKeys = sampleKeys;
        this.models = models;
        this.address = address;
    }

    /// @param model to call; empty, or one that the account may not use, leaves each sample its own
    /// @param filled whether samples hold the key of the session, if it has one
    /// @param problem why filling was refused; empty if it was not
    Reader of(String base, Page page, Language language, String model, boolean filled, String problem) {
        Caller caller = current.get();
        List<String> known = models.ofType(page.modelType());
        Optional<IssuedKey> key = filled ? sampleKeys.find(caller.account()) : Optional.empty();
        return new Reader(
                base,
                base + "/" + page.name(),
                accounts.organizationOfAccount(caller.account())
                        .map(Organization::name)
                        .orElse("Personal"),
                caller.may("keys"),
                key.map(IssuedKey::key),
                language,
                known,
                new Samples.Values(
                        address.apiUrl().toString(),
                        known.contains(model) ? model : "",
                        key.map(issued -> issued.text().revealText()).orElse("")),
                problem,
                problem.isEmpty() ? List.of() : sampleKeys.crowd(caller.account()));
    }
}
