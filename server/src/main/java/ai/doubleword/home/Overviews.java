package ai.doubleword.home;

import ai.doubleword.accounts.Caller;
import ai.doubleword.batch.AccountBatches;
import ai.doubleword.console.Spark;
import ai.doubleword.keys.Keys;
import ai.doubleword.models.StarterModel;
import ai.doubleword.usage.AccountActivity;
import jakarta.inject.Singleton;

/// Puts together the first page of an account. Blocking, thread-safe.
@Singleton
final class Overviews {
    private static final int DAYS = 14;

    private final Keys keys;
    private final StarterModel starter;
    private final AccountActivity activity;
    private final AccountBatches batches;

    Overviews(Keys keys, StarterModel starter, AccountActivity activity, AccountBatches batches) {
        this.keys = keys;
        this.starter = starter;
        this.activity = activity;
        this.batches = batches;
    }

    Overview of(Caller caller) {
        boolean usage = caller.may("usage");
        return new Overview(
                caller.may("keys"),
                usage,
                keys.working(caller.account()),
                starter.find(),
                usage ? activity.today(caller) : AccountActivity.Today.NONE,
                batches.of(caller),
                Spark.of(usage ? activity.daily(caller, DAYS) : new long[DAYS], "requests"));
    }
}
