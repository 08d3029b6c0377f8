package ai.doubleword.audit;

/// Who acts now; fields as of [AuditRow].
record Actor(long user, String credential, String client, String request) {
    /// The program itself: starting, or at work on its own.
    static final Actor PROGRAM = new Actor(0, "", "", "");
}
