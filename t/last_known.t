# store_error allow last_known: while the store is away what the zone knew last is an answer for so long past max_stale,
# and afterwards none.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $realm = "key v1 file=v1.key; cookie access_token; redis @{[ $redis->address ]}; redis_timeout 300ms;
    revocation cached max_stale=500ms; store_error allow";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => "$realm last_known=3s;", plain => "$realm;"},
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /plain { auth_session plain; proxy_pass http://backend; }
        location = /status { session_status; }',
    server => 'add_header X-Cache $session_cache always;',
);
my %cookie = map { $_ => cookie(mint({sub => $_, jti => 'j'})) } qw(known unknown bad);
sub unchecked { status_of($nginx, $_[0])->{unchecked} }
sub hit { $nginx->get($_[0], $_[1])->header('X-Cache') eq 'HIT' }

$redis->cli('SET', 'session:revoked:{bad}:j', 1);
for my $path (qw(/ /plain)) {
    eventually { hit($path, $cookie{known}) } 5, "$path: known";
    eventually { $nginx->get($path, $cookie{bad})->answer eq '401 revoked' } 5, "$path: known to be revoked";
}

for my $fault (qw(kill pause)) {
    my $before = unchecked('app');
    $redis->$fault;
    my $start = time;
    sleep 1;
    my ($answers, %seen) = 0;
    while (time - $start < 2.5) { ++$seen{$nginx->get('/', $cookie{known})->answer}; ++$answers; sleep 0.02 }
    is_deeply [keys %seen], ['200 valid'], "$fault: who is known gets in";
    is unchecked('app'), $before, "$fault: by an answer that is known";
    is $nginx->get('/', $cookie{bad})->answer, '401 revoked', "$fault: who is revoked does not";
    is $nginx->get('/', $cookie{unknown})->answer, '200 valid', "$fault: who is not known passes by allow";
    is unchecked('app'), $before + 1, "$fault: unchecked";
    my $plain = unchecked('plain');
    $nginx->get('/plain', $cookie{known});
    is unchecked('plain'), $plain + 1, "$fault: without last_known everybody does";
    my $left = $start + 4 - time;
    sleep $left if $left > 0;
    is $nginx->get('/', $cookie{known})->answer, '200 valid', "$fault: later";
    is unchecked('app'), $before + 2, "$fault: nothing is known any more";
    $fault eq 'kill' ? $redis->start : $redis->resume;
    eventually { hit('/', $cookie{known}) } 5, "$fault: well again";
}

# What is told to have changed is no answer, even if nothing else was heard since.
$redis->cli('SET', 'session:stale:{known}', '*');
$redis->kill;
is $nginx->get('/', $cookie{known})->answer =~ s/200 valid|401 stale/fine/r, 'fine', 'a change just before the end';

done;
