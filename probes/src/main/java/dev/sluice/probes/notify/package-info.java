/**
 * Who is told of releases: by Slack, Teams, a signed POST, a CloudEvent or a mail. Nothing here
 * waits for a receiver but a thread of its own, and nothing that a receiver says is repeated: it
 * may be what it was sent.
 */
@NullMarked
package dev.sluice.probes.notify;

import org.jspecify.annotations.NullMarked;
