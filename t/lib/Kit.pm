# The test kit: `use Kit;` gives a test strictures, Test::More, tokens, servers and `done`.
package Kit;

use strict;
use warnings;

use POSIX ();
use Test::More ();
use Time::HiRes ();

use Certificates;
use Client;
use FaultProxy;
use Nginx;
use RedisServer;
use Tokens;
use Workspace qw(folder write_file read_file free_port patience wait_until);

my @own = qw(folder write_file read_file free_port patience wait_until eventually done);

# A test that is stopped, or hangs, still ends its servers.
my $owner = $$;
$SIG{$_} = sub { $$ == $owner ? die "stopped by SIG$_[0]\n" : POSIX::_exit(1) } for qw(INT TERM HUP ALRM);
alarm patience(300);

sub import {
    my $caller = caller;
    strict->import;
    warnings->import;
    $SIG{PIPE} = 'IGNORE';
    eval "package $caller; Test::More->import; Tokens->import; Certificates->import;"
        . 'Time::HiRes->import(qw(sleep)); 1' or die $@;
    no strict 'refs';
    *{"${caller}::$_"} = \&{$_} for @own;
}

# Passes as soon as the code is true, fails when the seconds are over.
sub eventually(&$$) {
    my ($code, $seconds, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    Test::More::ok(&wait_until($code, $seconds), $name);
}

# The end of every file: each nginx quits in good order, and no log tells of anything worse than an
# error that the test announced by `allow_log`, of a sanitizer's finding, or of a secret.
sub done {
    for my $nginx (Nginx->all) {
        Test::More::ok($nginx->quit, 'nginx quits');
        my @bad = $nginx->bad_log_lines;
        Test::More::is(scalar @bad, 0, 'no alert, crit or emerg in the error log') or Test::More::diag(@bad);
        my $findings = $nginx->sanitizer_findings;
        Test::More::is($findings, '', 'no sanitizer output') if $ENV{TEST_NGINX_PRELOAD} || $findings;
        my $log = $nginx->whole_log;
        my @leaked = grep { index($log, $_) >= 0 } Workspace::secrets();
        Test::More::is(scalar @leaked, 0, 'no token and no key in the error log') or Test::More::diag(@leaked);
    }
    Test::More::done_testing();
}

1;
