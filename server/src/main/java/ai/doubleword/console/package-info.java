/// The console's frame: layout, navigation, shared components, assets, and the headers that every page carries. Pages
/// themselves live with their features.
///
/// Templates reach it by name (`inject:shell`, `inject:assets`, `inject:text`), so no feature's class needs it to show
/// a page.
@NullMarked
package ai.doubleword.console;

import org.jspecify.annotations.NullMarked;
