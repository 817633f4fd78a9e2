# A Redis that is known by its name: nginx's resolver is asked for it while nginx runs, and connections follow what it
# says; what is being answered is answered, and a name that has gone leaves all as it was.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Names;

new_key('v1');
my $names = Names->new;
# Two servers of one port, each at an address of its own.
my $port = free_port();
my $one = RedisServer->new(config => ["port $port", 'bind 127.0.0.2']);
my $two = RedisServer->new(config => ["port $port", 'bind 127.0.0.3']);

my $key = "key v1 file=v1.key; cookie access_token; redis redis.test:$port; redis_timeout 3s;
    redis_connect_timeout 3s;";
my %setting = (
    realms => {},
    http => $names->resolver . " session_realm app { $key revocation strict; } session_realm cached { $key }",
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /cached { auth_session cached; proxy_pass http://backend; }',
);
my ($token, $other) = map { cookie(mint({jti => $_})) } qw(a b);
my $nginx = Nginx->new(%setting);
sub answers { my ($token) = @_; join ' ', map { $nginx->get($_, $token)->answer } qw(/ /cached) }

is answers($token), '503 store 503 store', 'a name that nobody knows: no answer';
like $nginx->log, qr/\[error\].*session: realm "app" redis name "redis\.test" could not be resolved \(3: Host not found\)/,
    'the log tells why';
is scalar($nginx->log_lines(qr/realm "app" redis name/)), 1, 'once';
$names->set('redis.test', '127.0.0.2');
eventually { answers($token) eq '200 valid 200 valid' } 10, 'it is known now';
$one->cli('SET', 'session:revoked:{42}:a', 1);
eventually { answers($token) eq '401 revoked 401 revoked' } 5, 'and its revocations count';

# Another server gets the name.
$two->cli('SET', 'session:revoked:{42}:a', 1);
$two->cli('SET', 'session:revoked:{42}:b', 1);
is answers($other), '200 valid 200 valid', 'nothing of another server is known';
$names->set('redis.test', '127.0.0.3');
eventually { answers($other) eq '401 revoked 401 revoked' } 10, 'the name leads to another server, which is asked';
eventually { $one->clients == 0 } 5, 'no connection to the old one stays';
like $nginx->log, qr/\[notice\].*realm "app" redis redis\.test:$port is now at 127\.0\.0\.3:$port, was at 127\.0\.0\.2:$port$/m,
    'the log tells so';
is answers($token), '401 revoked 401 revoked', 'what was known to be revoked is so';
sleep 1;
is answers($other), '401 revoked 401 revoked', 'so is what the other one goes on saying';
$two->cli('DEL', 'session:revoked:{42}:b');
eventually { answers($other) eq '200 valid 200 valid' } 5, 'changes there are heard of';

# The name goes: what was known goes on being used. Its order means nothing.
$names->set('redis.test');
sleep 3;
is answers($other), '200 valid 200 valid', 'a name that has gone: the server of before';
my $accepted = $two->accepted;
$names->set('redis.test', '127.0.0.3');
sleep 2;
is answers($other), '200 valid 200 valid', 'it is back';
cmp_ok $two->accepted, '<=', $accepted + 1, 'and no connection began anew';   # redis-cli's own

# A server that dies is looked for elsewhere.
$two->kill;
$names->set('redis.test', '127.0.0.2');
eventually { answers($other) eq '200 valid 200 valid' } 10, 'after a loss the name is asked again';
is answers($token), '401 revoked 401 revoked', 'and nothing is forgotten';
ok $nginx->reload(drained => 1), 'a reload';
eventually { answers($other) eq '200 valid 200 valid' } 5, 'new workers ask for the name too';

done;
