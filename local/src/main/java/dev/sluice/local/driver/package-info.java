/** The engine's ports on the lab's node, and the node as a process. */
@NullMarked
package dev.sluice.local.driver;

import org.jspecify.annotations.NullMarked;
