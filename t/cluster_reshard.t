# Resharding by redis-cli while clients ask without a pause: who is revoked is never let through, who is not is never
# turned away but for want of an answer; sessions begin and end meanwhile, and a logout that was acknowledged counts.
use FindBin;
use lib "$FindBin::Bin/lib";
use Crowd;
use Kit;
use Load;
use RedisCluster;
use Sessions qw(login_backend);

new_key('v1');
my $cluster = RedisCluster->new(masters => 3);
my $base = "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; @{[ $cluster->directives ]}";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => "$base revocation cached max_stale=1s;", strict => "$base revocation strict;"},
    backend => login_backend(),
    echo => '$session_user',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /strict { auth_session strict; rewrite ^ / break; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /logout { session_logout app; }
        location = /refresh { session_refresh app; }',
);
my @good = map { Load::user("good$_", "200 valid good$_", '503 store') } 1 .. 60;
my @bad = map { Load::user("bad$_", '401 revoked', '503 store') } 1 .. 60;
$cluster->cli('SET', "session:revoked:{bad$_}:id-bad$_", 1) for 1 .. 60;

my $seconds = 12;
my @loads = map { Load->start($nginx, seconds => $seconds, path => $_, users => [@good, @bad],
    clients => [qw(keep keep once)]) } '/', '/strict';
my $crowd = Crowd->start($nginx, 2);
my ($first, $second) = $cluster->masters;
my $end = time + $seconds - 3;
my $moves = 0;
while (time < $end) {
    my ($from, $to) = $moves % 2 ? ($second, $first) : ($first, $second);
    my $said = $first->cli_port('--cluster', 'reshard', '127.0.0.1:' . $first->port, '--cluster-from', $from->{id},
        '--cluster-to', $to->{id}, '--cluster-slots', 300, '--cluster-yes', '--cluster-replace');
    $said =~ /\[ERR\]|error/i ? diag $said : $moves++;
}
cmp_ok $moves, '>=', 1, 'slots were moved';
my @met = map { $_->finish } @loads;
$crowd->stop;

for my $i (0, 1) {
    my $name = qw(cached strict)[$i];
    is_deeply $met[$i]{wrong}, [], "$name: no answer was wrong";
    is_deeply $met[$i]{failed}, [], "$name: no request failed";
    note explain $met[$i]{counts};
    my $answers = $met[$i]{answers};
    cmp_ok $answers, '>', 100, "$name: answers";
    cmp_ok $met[$i]{counts}{'503 store'} // 0, '<', $answers / 20, "$name: few were without";
}
my @told = $crowd->told;
cmp_ok scalar @told, '>', 5, 'sessions began';
my ($ended) = grep { $_->{ended} } @told;
ok $ended, 'and ended';
my %wrong;
for my $session (@told) {
    my $answer = $nginx->get('/strict', cookie($session->{access}))->answer;
    $wrong{($session->{ended} // 'open') . " $answer"}++
        if $session->{ended} ? $answer ne '401 revoked' : !$session->{maybe} && $answer ne '200 valid';
}
is_deeply \%wrong, {}, 'what clients were told of logins and logouts holds';

done;
