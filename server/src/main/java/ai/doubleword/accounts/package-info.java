/// Who owns things and pays: users, organizations, members, and the administrator of the first start.
@NullMarked
package ai.doubleword.accounts;

import org.jspecify.annotations.NullMarked;
