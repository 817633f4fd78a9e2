# A login that meets a server which is the master no more waits for the one that is, and is written there; one that
# comes while there is none fails, and nobody has half a session.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use Sentinels;
use Time::HiRes qw(time);

new_key('v1');
my $fleet = Sentinels->new;
my $nginx = Nginx->new(
    realms => {
        app => "key v1 file=v1.key; cookie access_token; redis @{[ $fleet->address ]}; redis_topology sentinel mymaster;
            redis_timeout 20s; redis_connect_timeout 5s;",
        hasty => "key v1 file=v1.key; cookie access_token; redis @{[ $fleet->address ]};
            redis_topology sentinel mymaster; redis_timeout 200ms; redis_connect_timeout 200ms;",
    },
    backend => login_backend(),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /login { session_issue app; proxy_pass http://backend; }
        location /logout { session_logout app; }
        location /hasty/login { session_issue hasty; proxy_pass http://backend; }',
);
my $first = $fleet->master;
my ($second) = $fleet->replicas;
sub sid { (opened(given($_[0])))[1]{sid} }
sub has_record { my ($server, $sid) = @_; $server->cli('EXISTS', "session:data:{42}:$sid") eq '1' }
sub refused { $_[0]->cli('INFO', 'errorstats') =~ /errorstat_READONLY:count=(\d+)/ ? $1 : 0 }

my $login = login($nginx, {});
is $login->status, 200, 'a login';
ok has_record($first, sid($login)), 'is written to the master';

# Demoted with connections that stand: the next write is refused there, and made elsewhere.
$first->cli('REPLICAOF', '127.0.0.1', $second->port);
my $start = time;
my $late = login($nginx, {});
note sprintf 'after %.2f s, refused by the old master: %d', time - $start, refused($first);
is $late->status, 200, 'a login while the master changes';
ok $fleet->wait_for_other($first), 'another server is the master';
ok has_record($second, sid($late)), 'which has the session';
is $nginx->get('/', cookie(given($late)))->answer, '200 valid', 'that is good';
my $out = $nginx->post('/logout', cookie(given($late)), 'Origin: http://localhost');
is $out->status, 200, 'a logout';
ok !has_record($second, sid($late)), 'is written there too';
eventually { $first->cli('INFO', 'replication') =~ /role:slave.*master_link_status:up/s } 20, 'the old one follows';

# There is no master: no login, and no cookie.
$fleet->settle;
eventually { login($nginx, {path => '/hasty/login'})->status == 200 } 10, 'a login that has little time';
$second->kill;
my ($failed, %cookies) = (0);
for (1 .. 10) {
    my $response = login($nginx, {path => '/hasty/login'});
    next if $response->status == 200;
    $failed++;
    %cookies = (%cookies, %{set_cookies($response)});
}
cmp_ok $failed, '>=', 1, 'the master is gone: logins fail';
is_deeply \%cookies, {}, 'and give no cookie';
ok $fleet->wait_for_other($second), 'until there is another';
eventually { login($nginx, {path => '/hasty/login'})->status == 200 } 10, 'logins go on';

done;
