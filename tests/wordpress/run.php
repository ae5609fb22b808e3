<?php
/**
 * Shows pages one after the other as standard input says, in JSON, and says in JSON what came of it.
 */

declare( strict_types=1 );

error_reporting( E_ALL );
set_error_handler(
	function ( int $level, string $message, string $file, int $line ): bool {
		if ( error_reporting() & $level ) {
			throw new ErrorException( $message, 0, $level, $file, $line );
		}
		return false;
	}
);

require __DIR__ . '/wordpress.php';
require __DIR__ . '/../../deploy/wordpress/archive-checker/archive-checker.php';

$told  = json_decode( stream_get_contents( STDIN ), true, 32, JSON_THROW_ON_ERROR );
$shown = array();
foreach ( $told['views'] as $view ) {
	Site::$options  = $view['options'] ?? array( 'archive_checker_address' => $told['checker'] );
	Site::$state    = $view['state'] ?? array();
	Site::$now     += $view['later'] ?? 0;
	Site::$requests = Site::$styles = array();
	foreach ( Site::$transients as &$kept ) { // The plugin reads the real clock: let what it kept grow old.
		if ( is_array( $kept[0] ) ) {
			$kept[0]['at'] -= $view['later'] ?? 0;
		}
	}
	unset( $kept );
	Site::$state += array( 'permalink' => $told['permalink'] );
	$begun        = microtime( true );
	apply_filters( 'wp_enqueue_scripts', null );
	$content = apply_filters( 'the_content', '<p>The text.</p>' );
	$shown[] = array(
		'content'  => $content,
		'styles'   => Site::$styles,
		'requests' => Site::$requests,
		'seconds'  => microtime( true ) - $begun,
	);
}
apply_filters( 'admin_init', null );
apply_filters( 'admin_menu', null );
$clean = Site::$state['settings']['archive_checker_address']['sanitize_callback'];
[ $right, $page ] = Site::$state['pages']['archive-checker'];
Site::$state['admin'] = false;
ob_start();
$page();
$closed = ob_get_clean();
Site::$state['admin'] = true;
Site::$options['archive_checker_address'] = '"><script>';
ob_start();
$page();
echo json_encode(
	array(
		'views'  => $shown,
		'right'  => $right,
		'closed' => $closed,
		'page'   => ob_get_clean(),
		'clean'  => array_map( $clean, array( ' https://c.example/ ', 'javascript:alert(1)', array( 'x' ) ) ),
	),
	JSON_THROW_ON_ERROR
);
