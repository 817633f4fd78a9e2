# nginx in valgrind: clients that leave, a Redis that breaks off, TLS to it, reloads; nothing invalid, nothing
# definitely lost. Takes a minute: only where TEST_VALGRIND is set.
use FindBin;
use lib "$FindBin::Bin/lib";

BEGIN {
    require Test::More;
    Test::More::plan(skip_all => 'TEST_VALGRIND is not set') unless $ENV{TEST_VALGRIND};
    Test::More::plan(skip_all => 'there is no valgrind') if system 'command -v valgrind >/dev/null';
    Test::More::plan(skip_all => 'not with a sanitizer') if $ENV{TEST_NGINX_PRELOAD};
    require Workspace;
    my $folder = Workspace::folder();
    mkdir "$folder/valgrind";
    chmod 0777, "$folder/valgrind";
    my $nginx = $ENV{TEST_NGINX_BINARY} // '/usr/sbin/nginx';
    $ENV{TEST_NGINX_BINARY} = Workspace::write_file('nginx-in-valgrind', <<"EOS", 0755);
#!/bin/sh
exec valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \\
    --suppressions=$FindBin::Bin/tools/valgrind.suppressions --log-file=$folder/valgrind/%p $nginx "\$@"
EOS
}
use Kit;
use Streams;

# A title set in valgrind is not seen from outside: workers are the master's children.
{
    no warnings 'redefine';
    *Nginx::workers = sub {
        my ($self) = @_;
        return grep { read_file("/proc/$_/stat") =~ /\) [^Z] (\d+) / && $1 == ($self->pid // 0) }
            map {/(\d+)$/} glob '/proc/[0-9]*';
    };
}

new_key('v1');
new_key('ec', 'p256');
write_file('set.json', jwk_set(['ec', 'from-a-set']));
my $redis = RedisServer->new;
my $secure = RedisServer->new(tls => 1);
my $proxy = FaultProxy->new(target => $redis->port);
my $http2 = free_port();
my $key = 'key v1 file=v1.key; key_set file=set.json; cookie access_token; login /login return=next; revocation strict;
    redis_timeout 3s; redis_connect_timeout 3s;';
my $nginx = Nginx->new(
    realms => {
        app => "$key redis @{[ $proxy->address ]};",
        tls => "$key redis @{[ $secure->address ]}; redis_ssl on; redis_ssl_name redis.test;
            redis_ssl_trusted_certificate @{[ authority() ]};",
    },
    http => 'auth_session_claim_set $role realm_access roles;',
    server => "listen 127.0.0.1:$http2 http2;",
    echo => '$session_user $role $session_claims',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /tls { auth_session tls; proxy_pass http://backend; }
        location /page { auth_session app; error_page 401 /tls; proxy_pass http://backend; }',
);
my $good = cookie(mint({jti => 'good', realm_access => {roles => ['a', 'b']}}));
my $revoked = cookie(mint({jti => 'bad'}));
my $public = cookie(mint({jti => 'ec'}, key => 'ec', kid => 'from-a-set'));
$_->cli('SET', 'session:revoked:{42}:bad', 1) for $redis, $secure;

sub exercise {
    my ($round) = @_;
    $proxy->mode('pass');
    ok wait_until(sub { $nginx->get('/', $good)->answer eq '200 valid' }, 20), "$round: good";
    ok wait_until(sub { $nginx->get('/tls', $public)->answer eq '200 valid' }, 20), "$round: over TLS";
    is $nginx->get($_, $revoked)->answer, '401 revoked', "$round: $_ revoked" for qw(/ /tls /page);
    is $nginx->get('/', cookie(tamper(mint({}))))->answer, '401 signature', "$round: a bad signature";
    is $nginx->navigate('/', cookie('x.y.z'))->status, 302, "$round: malformed";
    $nginx->post('/', $good, {body => 'x' x 100_000});
    $proxy->mode('delay', 300);
    my @clients = map { $nginx->connect } 1 .. 6;
    $_->send(Client::format_request('GET', '/page', $revoked)) for @clients;
    sleep 0.1;
    $_->abort for @clients[0 .. 2];
    is $_->response->answer, '401 revoked', "$round: one that stayed" for @clients[3 .. 5];
    Streams::run($http2, {}, map { {headers => [$good], reset => $_ % 2 ? 0.1 : undef} } 1 .. 6);
    Streams::run($http2, {leave => 0.1}, map { {headers => [$good]} } 1 .. 6);
    for my $mode (['close'], ['garbage', "+x\r\n:"], ['truncate', 7], ['refuse']) {
        $proxy->mode(@$mode);
        is $nginx->get('/', $good)->answer, '503 store', "$round: @$mode" =~ s/\r\n//r;
    }
}

exercise('first');
for my $reload (1 .. 5) {
    $proxy->mode('pass');
    ok $nginx->reload, "reload $reload";
    exercise("after $reload");
}
ok !$nginx->reload(realms => {app => 'key v1 file=absent.key;'}), 'a configuration that is refused';
$nginx->allow_log(qr/\[emerg\]/);
ok $nginx->quit(30), 'nginx quits';

my @logs = glob folder() . '/valgrind/*';
cmp_ok scalar @logs, '>', 5, 'master and workers were watched';
is join('', map { read_file($_) } @logs), '', 'nothing to say';

done;
