<?php
/**
 * Nothing stays behind: what was kept of answers expires by itself within a day.
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'archive_checker_address' );
delete_transient( 'archive_checker_away' );
